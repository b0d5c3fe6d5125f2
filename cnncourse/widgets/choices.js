// The page is the same as on the site; here the kernel hears which choice was made.
function render({ model, el }) {
  el.innerHTML = model.get("page");
  el.addEventListener("change", (event) => {
    model.set("choice", event.target.value);
    model.save_changes();
  });
}
export default { render };
