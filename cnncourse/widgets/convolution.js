// A convolution to touch: move a window over a picture, and see products, sum, ReLU and pooling.
// A page without a kernel imports `mount`; in a notebook anywidget calls `render`.

import { KERNELS, PICTURES, convolve, maxPool, parse, products, relu, written, zerosAround } from "./arithmetic.js";
import { fill, grey, make, range, sides, signed } from "./elements.js";

let count = 0; // of what was mounted on this page, for its ids

/**
 * Put the convolution into an element of a page.
 *
 * options: picture (rows of numbers; pictures to choose from if left out), kernel (a name of KERNELS,
 * or three rows of three numbers), stride (1 to 3), padding ("valid" or "same").
 * Returns a function that takes it away again.
 */
export function mount(element, options = {}) {
  const isOwn = options.kernel && typeof options.kernel !== "string";
  const own = isOwn ? { "your own": options.kernel.map((row) => row.map(String)) } : {};
  const pictures = options.picture ? { "your own": options.picture, ...PICTURES } : PICTURES;
  const kernels = { ...own, ...KERNELS };
  const { stride = 1, padding = "valid" } = options;
  const state = { picture: Object.values(pictures)[0], stride, padding, row: 0, column: 0, seen: new Set() };
  let timer = null;

  // What stands on the page

  const hint = `cnn-touch-hint-${(count += 1)}`;
  const picture = make("table", { "aria-label": "picture" });
  const frame = make("div", {
    class: "window", tabindex: 0, role: "application", "aria-label": "window over the picture",
    "aria-describedby": hint,
  });
  const field = make("div", { class: "field" }, picture, frame);
  const inputs = range(9).map((i) => make("input", {
    type: "text", autocomplete: "off", "aria-label": `weight in row ${Math.floor(i / 3)}, column ${i % 3}`,
  }));
  const kernel = make("table", { "aria-label": "kernel" }, ...range(3).map((i) =>
    make("tr", {}, ...inputs.slice(3 * i, 3 * i + 3).map((input) => make("td", {}, input)))));
  const [nine, output, positive, pooled] = ["products", "output", "after ReLU", "after pooling"].map(
    (name) => make("table", { "aria-label": name }));
  const [pictureTitle, outputTitle, poolTitle] = range(3).map(() => make("figcaption"));
  const stage = (title, ...content) => make("figure", {}, title, ...content);
  const caption = (text) => make("figcaption", {}, text);
  const below = make("p"), sum = make("p", { class: "sum" }), size = make("p");
  const spoken = make("p", { class: "spoken", role: "status" });

  const choice = (label, entries, chosen, onChange) => {
    const select = make("select", { "aria-label": label }, ...entries.map((entry) => make("option", {}, String(entry))));
    select.value = chosen;
    select.addEventListener("change", () => onChange(select.value));
    return make("label", {}, `${label} `, select);
  };
  const button = (text, onClick) => {
    const made = make("button", { type: "button" }, text);
    made.addEventListener("click", onClick);
    return made;
  };
  const kernelChoice = choice("Kernel", [...Object.keys(kernels), "as typed"],
    isOwn || !options.kernel ? Object.keys(kernels)[0] : options.kernel,
    (name) => name in kernels && setKernel(kernels[name]));
  const play = button("Play", () => (timer ? pause() : start()));
  const controls = make("div", { class: "controls" },
    choice("Picture", Object.keys(pictures), Object.keys(pictures)[0], (name) => set({ picture: pictures[name] })),
    kernelChoice,
    choice("Stride", [1, 2, 3], stride, (value) => set({ stride: Number(value) })),
    choice("Padding", ["valid", "same"], padding, (value) => set({ padding: value })),
    button("Next", () => { pause(); next(); }), play, button("Fill in", fillAll), button("Clear", clear));
  const root = make("div", { class: "cnn-touch", "data-lm-suppress-shortcuts": "true" }, controls,
    make("div", { class: "stages" }, stage(pictureTitle, field),
      make("div", { class: "pair" }, stage(caption("Kernel"), kernel), stage(caption("Products"), nine, below)),
      stage(outputTitle, output), stage(caption("After ReLU"), positive), stage(poolTitle, pooled)),
    sum, size,
    make("p", { id: hint }, "Drag the window, or move it with the arrow keys. A touch of an output pixel "
      + "brings it there. Type weights of your own into the kernel."), spoken);
  element.replaceChildren(root);

  // What it shows

  /** Return height, width, the zeros before and after, and all sums of the present setting. */
  function geometry() {
    const size = [state.picture.length, state.picture[0].length];
    const zeros = size.map((length) => zerosAround(length, 3, state.stride, state.padding));
    const sums = convolve(state.picture, state.weights, state.stride, state.padding);
    return { size, zeros, sums, rows: sums.length, columns: sums[0].length };
  }

  function draw(speak = true) {
    const { size: [height, width], zeros: [[top, bottom], [left, right]], sums, rows, columns } = geometry();
    const { row, column } = state;
    state.seen.add(row * columns + column);
    state.isFull = state.seen.size === rows * columns;

    const pixels = state.picture.flat();
    const [least, most] = [Math.min(0, ...pixels), Math.max(10, ...pixels)];
    const padded = range(height + top + bottom).map((i) =>
      range(width + left + right).map((j) => state.picture[i - top]?.[j - left] ?? 0));
    fill(picture, padded, (value) => grey(value, least, most),
      (i, j) => (state.picture[i - top]?.[j - left] === undefined ? "zero" : ""));
    picture.style.margin = [1 - top, 1 - right, 1 - bottom, 1 - left].map(sides).join(" ");
    frame.style.top = sides(row * state.stride + 1 - top);
    frame.style.left = sides(column * state.stride + 1 - left);

    const pairs = products(state.picture, state.weights, row * state.stride - top, column * state.stride - left);
    const strongest = (values) => Math.max(...values.map(Math.abs));
    const rowsOf3 = range(3).map((i) => pairs.slice(3 * i, 3 * i + 3).map((pair) => pair.product));
    fill(nine, rowsOf3, signed(strongest(rowsOf3.flat())));
    const colour = signed(strongest(sums.flat()));
    const here = (i, j) => (i === row && j === column ? "here" : "");
    const soFar = sums.map((line, i) => line.map((value, j) => (state.seen.has(i * columns + j) ? value : null)));
    fill(output, soFar, colour, here);
    fill(positive, relu(soFar), colour, here);
    const smaller = maxPool(relu(soFar));
    fill(pooled, smaller, colour, (i, j) => here(i + row - Math.floor(row / 2), j + column - Math.floor(column / 2)));

    const terms = pairs.map((pair, i) => `${written(pair.pixel)} × ${state.texts[i].replace("-", "−")}`);
    const answer = sums[row][column];
    sum.replaceChildren(`${terms.join(" + ")} = `, make("strong", {}, written(answer)));
    below.replaceChildren("sum ", make("strong", {}, written(answer)));
    const added = top + bottom ? ` + ${top + bottom}` : "";
    const isUneven = (height + top + bottom - 3) % state.stride;
    size.textContent = `Height of the output: (${height}${added} − 3) / ${state.stride}`
      + `${isUneven ? ", rounded down," : ""} + 1 = ${rows}`;
    pictureTitle.textContent = `Picture ${height} × ${width}${added ? " and zeros" : ""}`;
    outputTitle.textContent = `Output ${rows} × ${columns}`;
    poolTitle.textContent = `After pooling ${smaller.length} × ${smaller[0]?.length ?? 0}`;
    if (speak) {
      spoken.textContent = `Output row ${row}, column ${column}: sum ${written(answer)}, `
        + `after ReLU ${written(Math.max(answer, 0))}.`;
    }
  }

  /** Choose the side of a pixel, one for all tables: five in a row, three, or one below the other. */
  function fit() {
    const across = state.picture[0].length + 2;
    const [five, three, one] = [[64, 3 * across + 2], [32, 2 * across + 1], [2, across]].map(
      ([gaps, pixels]) => Math.floor((root.clientWidth - gaps) / pixels));
    const side = [five, three, one].find((pixels) => pixels >= 25) ?? one;
    root.style.setProperty("--side", `${Math.min(side, 36)}px`);
  }

  // What a student does

  function move(row, column, speak = true) {
    const { rows, columns } = geometry();
    state.row = Math.min(Math.max(row, 0), rows - 1);
    state.column = Math.min(Math.max(column, 0), columns - 1);
    draw(speak);
  }

  /** Change picture, stride or padding; an output that was full is full again. */
  function set(change) {
    Object.assign(state, change);
    const { rows, columns } = geometry();
    state.seen = new Set(state.isFull ? range(rows * columns) : []);
    move(state.row, state.column);
    fit();
  }

  function setKernel(rows) {
    state.texts = rows.flat();
    state.weights = rows.map((row) => row.map(parse));
    inputs.forEach((input, i) => { input.value = state.texts[i].replace("-", "−"); });
    draw();
  }

  function next(speak = true) {
    const { rows, columns } = geometry(), place = state.row * columns + state.column + 1;
    if (place < rows * columns) move(Math.floor(place / columns), place % columns, speak);
    return place < rows * columns;
  }

  function fillAll() {
    pause();
    const { rows, columns } = geometry();
    state.seen = new Set(range(rows * columns));
    draw();
  }

  function clear() {
    pause();
    state.seen.clear();
    move(0, 0);
  }

  function start() {
    if (state.isFull) clear();
    play.textContent = "Pause";
    timer = setInterval(() => next(false) || pause(), 250);
  }

  function pause() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    draw();
  }

  inputs.forEach((input, i) => {
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => {
      const value = parse(input.value);
      input.setAttribute("aria-invalid", value === null);
      if (value === null) return;
      state.weights[Math.floor(i / 3)][i % 3] = value;
      state.texts[i] = input.value.trim().replace("−", "-");
      kernelChoice.lastChild.value = "as typed";
      draw();
    });
    input.addEventListener("change", () => {
      if (parse(input.value) !== null) return;
      spoken.textContent = `${input.value || "Nothing"} is no number: the weight stays ${state.texts[i]}.`;
      input.value = state.texts[i].replace("-", "−");
      input.removeAttribute("aria-invalid");
    });
  });

  frame.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!(event.key in steps)) return;
    event.preventDefault();
    pause();
    move(state.row + steps[event.key][0], state.column + steps[event.key][1]);
  });

  /** Bring the window's middle to a place of the screen. */
  function follow(x, y) {
    const { size: [, width], zeros: [[top], [left]] } = geometry();
    const box = field.getBoundingClientRect(), side = box.width / (width + 2);
    const place = (pixels, before) => Math.round((pixels / side - 2.5 + before) / state.stride);
    move(place(y - box.top, top), place(x - box.left, left));
  }

  field.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // no text is selected
    pause();
    frame.focus();
    if (event.target !== frame) follow(event.clientX, event.clientY);
    const box = frame.getBoundingClientRect(); // it keeps its distance from the pointer
    const [x, y] = [box.left + box.width / 2 - event.clientX, box.top + box.height / 2 - event.clientY];
    frame.setPointerCapture(event.pointerId);
    frame.onpointermove = (moved) => follow(moved.clientX + x, moved.clientY + y);
    frame.onpointerup = frame.onpointercancel = () => { frame.onpointermove = null; };
  });

  output.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    pause();
    move(cell.parentNode.rowIndex, cell.cellIndex);
  });

  const watcher = new ResizeObserver(fit);
  watcher.observe(root);
  setKernel(kernels[kernelChoice.lastChild.value]);
  fit();
  return () => {
    clearInterval(timer);
    watcher.disconnect();
    element.replaceChildren();
  };
}

export default { render: ({ model, el }) => mount(el, model.get("options")) };
