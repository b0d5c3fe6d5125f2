"""What the site needs beyond Jupyter Book: formulas without a script, buttons, links to terms."""

from urllib.parse import urlsplit

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("config-inited", fitting_buttons)
    app.connect("doctree-read", linkable_terms)
    app.add_html_math_renderer("mathml", (formula, None), (formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fitting_buttons(app: Sphinx, config: Config) -> None:
    """Keep the launch buttons that suit the repository: none while `_config.yml` names none."""
    options = config.html_theme_options
    host = urlsplit(options.get("repository_url") or "").hostname
    if host not in ("github.com", "gitlab.com"):  # the theme knows no other hosts
        options.update(repository_url="", launch_buttons={})
    elif host != "github.com":
        options["launch_buttons"].pop("colab_url", None)  # Colab opens notebooks from GitHub only


def linkable_terms(app: Sphinx, page: nodes.document) -> None:
    """Let notebooks link to a term as Jupyter can follow it: `../docs/glossary.md#term-loss`."""
    targets = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for term in page.findall(nodes.term):
        targets |= {target: (term.line, target, term.astext()) for target in term["ids"]}


def formula(translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers draw by themselves: no script, no network."""
    block = isinstance(node, nodes.math_block)
    try:
        translator.body.append(tex2mathml(node.astext(), as_block=block))
    except MathError as error:
        logger.warning("%s in the formula %s", error, node.astext(), location=node)
    raise nodes.SkipNode
