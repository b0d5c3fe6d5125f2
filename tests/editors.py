"""What the programs that students use make of a notebook's file when they save it."""

import json
from pathlib import Path


def jupyter_notebook_7(notebook: dict) -> str:
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"editable": True, "slideshow": {"slide_type": ""}, "scrolled": True}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def visual_studio_code(notebook: dict) -> str:
    notebook["metadata"] |= {
        "kernelspec": {"display_name": ".venv (3.12.1)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.1"},
        "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}},
    }
    for cell in notebook["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    return json.dumps(notebook, indent=2)


def google_colab(notebook: dict) -> str:
    notebook["nbformat_minor"] = 0
    notebook["metadata"] |= {"colab": {"provenance": []}, "accelerator": "GPU"}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"id": cell.pop("id", "x"), "outputId": "4f2c"}
        cell["source"] = "".join(cell["source"])
    return json.dumps(notebook)


def an_editor_on_windows(notebook: dict) -> str:
    return "\ufeff" + json.dumps(notebook, indent=4).replace("\n", "\r\n")


def papermill(notebook: dict) -> str:
    """Run it in place: outputs come, and a cell with parameters."""
    notebook["metadata"]["papermill"] = {"input_path": "a.ipynb", "output_path": "a.ipynb"}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"papermill": {"status": "completed"}, "tags": []}
        if cell["cell_type"] == "code":
            text = {"name": "stdout", "output_type": "stream", "text": ["42\n"]}
            cell |= {"outputs": [text], "execution_count": 1}
    parameters = {
        "cell_type": "code",
        "id": "injected",
        "metadata": {"tags": ["injected-parameters"]},
        "source": ["epochs = 1\n"],
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(0, parameters)
    return json.dumps(notebook, indent=1) + "\n"


# Papermill is not among them: it never leaves a notebook as it was.
EDITORS = (jupyter_notebook_7, visual_studio_code, google_colab, an_editor_on_windows)


def save(path: Path, program, answer: str | None = None) -> bytes:
    """Open a notebook with a program, answer its last cell, save it, and return the file."""
    notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    if answer is not None:
        notebook["cells"][-1]["source"] = answer.splitlines(keepends=True)
    path.write_bytes(program(notebook).encode())
    return path.read_bytes()
