// A field for pictures: drop a file or choose one, and see the picture and three bars.

import { make } from "./make.js";

const LARGEST = 8e6; // bytes: Jupyter breaks the connection at ten million

/** Called by the notebook: shows `answer` and `picture`, and sends what is dropped. */
function render({ model, el }) {
  const input = make("input", { type: "file", accept: "image/*" });
  const zone = make("label", { className: "zone" }, "Drop a picture here, or choose one: ", input);
  const image = make("img", {});
  const title = make("div", { className: "file" });
  const bars = make("div", { className: "bars", role: "list" });
  const status = make("p", { className: "status", role: "status" });
  const shown = make("div", { className: "shown" }, image, make("div", {}, title, bars));
  el.append(make("div", { className: "drop-picture" }, zone, status, shown));

  let url = null, asked = 0;
  function show() {
    const { file, top, error } = model.get("answer");
    asked += 1;
    shown.hidden = Boolean(error);
    status.textContent = error || "";
    if (error) return;
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([model.get("picture")], { type: "image/png" }));
    Object.assign(image, { src: url, alt: `The picture ${file} as the network gets it` });
    title.textContent = file;
    bars.replaceChildren(...top.map(([name, share]) => {
      const percent = `${(100 * share).toFixed(1)} %`;
      const bar = make("span", { className: "bar" });
      bar.style.width = percent.replace(" ", "");
      return make("div", { role: "listitem" }, make("span", { className: "name" }, name),
        make("span", { className: "track" }, bar), make("span", { className: "share" }, percent));
    }));
  }

  async function send(file) {
    if (!file) return;
    if (file.size > LARGEST) {
      status.textContent = `${file.name} has ${(file.size / 1e6).toFixed(0)} MB: save it smaller ` +
        `(at most ${LARGEST / 1e6} MB), or read it with data.read_pictures.`;
      return;
    }
    status.textContent = `The network looks at ${file.name} ...`;
    const before = asked;
    model.send({ file: file.name }, undefined, [await file.arrayBuffer()]);
    setTimeout(() => {
      if (asked === before) {
        status.textContent = "No answer: is the kernel busy, or stopped? Run this cell again.";
      }
    }, 20000);
  }

  input.addEventListener("change", () => { send(input.files[0]); input.value = ""; });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      event.stopPropagation(); // else JupyterLab takes the file into the notebook
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop") send(event.dataTransfer.files[0]);
    });
  }
  model.on("change:answer", show);
  show();
  return () => {
    model.off("change:answer", show);
    if (url) URL.revokeObjectURL(url);
  };
}

export default { render };
