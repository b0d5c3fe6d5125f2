"""A picture is dropped on the field: in the kernel, and in a browser's JupyterLab."""

import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from cnncourse import models
from cnncourse.widgets import drop_picture

DROPPED = """
from cnncourse import models
from cnncourse.widgets import drop_picture
network = models.conv_net((32, 32, 3), [4, "pool"], classes=3)
field = drop_picture(network, ["cat", "dog", "sea lion"], "red.png")
field
"""
DROP = """(zone, [name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const about = { dataTransfer: data, bubbles: true, cancelable: true };
        zone.dispatchEvent(new DragEvent(kind, about));
    }
}"""


def png(colour, size=(40, 20)):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def field(tmp_path):
    (tmp_path / "red.png").write_bytes(png("red"))
    network = models.conv_net((32, 32, 3), [4, "pool"], classes=4)
    return drop_picture(network, ["a", "b", "c", "d"], tmp_path / "red.png")


def drop(field, name, content):
    field._receive(field, {"file": name}, [memoryview(content)])
    return field.answer


def test_the_example_and_what_is_dropped_get_the_three_most_probable_classes(field):
    assert field.answer["file"] == "red.png" and len(field.answer["top"]) == 3
    answer = drop(field, "../my blue.png", png("blue"))
    assert answer["file"] == "my blue.png" and (field.image == (0, 0, 255)).all()
    order = np.argsort(-field.probabilities)[:3]
    assert [name for name, _ in answer["top"]] == ["abcd"[place] for place in order]
    assert [share for _, share in answer["top"]] == [field.probabilities[place] for place in order]
    assert Image.open(io.BytesIO(field.picture)).size == (32, 32)


def test_a_file_that_is_no_picture_is_named_and_the_same_one_twice_answered_twice(field):
    answers = [drop(field, "notes.txt", b"hello") for _ in range(2)]
    assert "notes.txt" in answers[0]["error"] and "/tmp" not in answers[0]["error"]
    assert answers[0] != answers[1]
    assert "top" in drop(field, "blue.png", png("blue"))


def test_a_page_without_widgets_gets_a_figure(field):
    data, _ = field._repr_mimebundle_()
    assert (
        Image.open(io.BytesIO(data["image/png"])).width > 300 and "JupyterLab" in data["text/plain"]
    )


def test_a_network_that_names_other_classes_is_refused(tmp_path):
    with pytest.raises(ValueError, match="give a name for each of the network's 10 classes"):
        drop_picture(models.dense_net((8, 8, 3), [4]), ["cat", "dog"], "cat.png")


@pytest.mark.slow
def test_in_jupyterlab_a_picture_is_dropped_and_another_one_chosen(lab):
    (lab.folder / "red.png").write_bytes(png("red"))
    cells = [DROPPED, "print(field.image[0, 0], field.probabilities.shape)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, lab.folder / "drop.ipynb")
    with lab.opened("drop.ipynb") as page:
        lab.run_all(page)
        page.locator(".drop-picture").get_by_text("red.png").wait_for()
        page.locator(".drop-picture .zone").evaluate(DROP, ["blue.png", list(png("blue"))])
        page.locator(".drop-picture").get_by_text("blue.png", exact=True).wait_for()
        assert page.locator(".drop-picture [role=listitem]").count() == 3
        assert "%" in page.locator(".drop-picture .share").first.text_content()
        page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("[  0   0 255] (3,)").wait_for()
        wrong = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
        page.locator(".drop-picture input").set_input_files(wrong)
        page.locator(".drop-picture .status").get_by_text("cannot be read").wait_for()
        assert page.locator(".drop-picture .shown").is_hidden()
    assert not page.wrong
