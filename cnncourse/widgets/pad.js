// A pad for digits: paper to draw on, the 28 x 28 picture that a network gets, bars of its answers.
//
// `drawingPad` needs no kernel: whoever calls it says how a picture is answered. `render`, at the
// end, is what a notebook calls: there the kernel answers.

import { PAPER, SIDE, greyLevels, likeMnist, madeSmall, moveDigit } from "./digits.js";
import { make } from "./make.js";
import { bars, button, paint, percent } from "./parts.js";

const PEN = 20, STEP = 10, TURN = 5; // the pen's width and step by keyboard in pixels; degrees
const HINT = "Draw a digit. Then the arrow keys shift it, comma and period turn it";
const PATIENCE = 5000; // milliseconds until an answer is given up
const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** Show a pad in an element.
 *
 * @param {HTMLElement} host - Where it goes.
 * @param {object} options
 * @param {string[]} options.names - Of the networks.
 * @param {(picture: Uint8Array) => Promise<number[][] | null>} options.answer - Takes 28 x 28 grey
 *     levels row by row; gives ten probabilities for each network, or null for none in time.
 * @param {(picture: Uint8Array, label: number) => void} [options.keep] - Takes a digit to keep.
 * @param {() => void} [options.forget] - Drops the digit that was kept last.
 * @returns {{showKept: (pictures: Uint8Array, labels: number[]) => void}}
 */
export function drawingPad(host, { names, answer, keep, forget }) {
  const paper = make("canvas", {
    width: PAPER, height: PAPER, tabIndex: 0, className: "paper", role: "application",
    ariaLabel: "Paper. Draw a digit with the mouse or a finger. By keyboard: the space bar puts " +
      "the pen down or lifts it, arrow keys move it, Delete clears the paper.",
  });
  const picture = make("canvas", {
    width: SIDE, height: SIDE, tabIndex: 0, className: "picture", role: "application",
    ariaLabel: "The picture that the network gets. Arrow keys shift it by a pixel, comma and " +
      "period turn it, Home puts it back" + (keep ? ", 0 to 9 keep it under that label." : "."),
  });
  const pen = make("span", { className: "pen", hidden: true });
  const status = make("p", { className: "status", role: "status" });
  const hint = `${HINT}${keep ? ", and a key from 0 to 9 keeps it" : ""}.`;
  const { table, show } = bars(names);
  const buttons = [
    ["←", "Shift left", () => shift(-1, 0)], ["→", "Shift right", () => shift(1, 0)],
    ["↑", "Shift up", () => shift(0, -1)], ["↓", "Shift down", () => shift(0, 1)],
    ["↺", "Turn left", () => turn(-TURN)], ["↻", "Turn right", () => turn(TURN)],
    ["back", "Put it back", putBack],
  ].map(([text, title, act]) => button(text, title, act));
  const raw = make("input", { type: "checkbox", onchange: () => changed() });
  const kept = make("ul", { className: "kept", ariaLabel: "Kept digits" });
  const keeping = make("div", { className: "keeping", hidden: !keep },
    make("span", {}, "Keep as "),
    make("div", { className: "buttons", role: "group", ariaLabel: "Keep this digit as" },
      ...[...Array(10).keys()].map((digit) =>
        button(String(digit), `Keep it as a ${digit}`, () => keepAs(digit)))),
    kept, button("Forget the last", "Forget the digit kept last", () => forget()));
  const forgetting = keeping.lastChild;
  forgetting.hidden = true;

  const root = make("div", { className: "draw-digit" },
    make("div", { className: "columns" },
      make("div", {}, make("div", { className: "sheet" }, paper, pen),
        button("Clear", "Clear the paper", clear)),
      make("div", { className: "middle" }, make("span", {}, "What the network gets"), picture,
        make("div", { className: "buttons", role: "group", ariaLabel: "Move the digit" },
          ...buttons),
        make("label", {}, raw, " raw: only shrunk")),
      table),
    status, keeping);
  root.dataset.lmSuppressShortcuts = "true"; // else a key here is a command of JupyterLab
  host.append(root);

  const ink = paper.getContext("2d", { willReadFrequently: true });
  let moved, turned, current, last, isFinished, place = [PAPER / 2, PAPER / 2], penIsDown = false;
  let isAsking = false, isStale = false, spoken;
  clear();

  function clear() {
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, PAPER, PAPER);
    [moved, turned, isFinished] = [[0, 0], 0, false];
    changed();
  }
  function line(from, to) {
    if (isFinished) clear(); // a kept digit makes room for the next
    Object.assign(ink, { strokeStyle: "#fff", lineWidth: PEN, lineCap: "round" });
    ink.beginPath();
    ink.moveTo(...from);
    ink.lineTo(to[0] + 0.01, to[1]); // a line of no length would leave no dot
    ink.stroke();
  }
  function shift(right, down) {
    const within = (steps) => Math.max(-SIDE, Math.min(SIDE, steps));
    moved = [within(moved[0] + right), within(moved[1] + down)];
    changed();
  }
  function turn(degrees) {
    turned += degrees;
    changed();
  }
  function putBack() {
    [moved, turned] = [[0, 0], 0];
    changed();
  }
  function keepAs(label) {
    if (!current) return say("Draw a digit first.");
    keep(current, label);
    isFinished = true;
    return say(`Kept as a ${label}. The next stroke starts a new digit.`);
  }

  /** Prepare what is on the paper, and ask for its answers unless an answer is still to come. */
  async function changed() {
    const grey = greyLevels(ink.getImageData(0, 0, PAPER, PAPER));
    const found = raw.checked ? madeSmall(grey) : likeMnist(grey);
    current = found && moveDigit(found, moved, turned);
    paint(picture, current ?? new Uint8Array(SIDE * SIDE));
    if (!current) {
      show(null);
      return say(hint);
    }
    isStale = true;
    if (isAsking) return undefined;
    isAsking = true;
    while (isStale) {
      isStale = false;
      const answers = await answer(current.slice());
      if (!answers) say("No answer: the kernel is busy, or has ended.");
      else if (current) tell(answers);
      if (!current) break;
    }
    isAsking = false;
    return undefined;
  }
  function tell(answers) {
    show(answers);
    clearTimeout(spoken); // not each step of a stroke is read out
    spoken = setTimeout(() => say(answers.map((found, i) => {
      const best = found.indexOf(Math.max(...found));
      return `${names[i]}: ${best}, ${percent(found[best])}`;
    }).join("; ")), 400);
  }
  function say(text) {
    clearTimeout(spoken);
    status.textContent = text;
  }

  // Mouse, finger, pen
  const at = (event) => {
    const box = paper.getBoundingClientRect();
    const scale = PAPER / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  paper.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    paper.setPointerCapture(event.pointerId);
    last = at(event);
    line(last, last);
    changed();
  });
  paper.addEventListener("pointermove", (event) => {
    if (!last) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const step of events.length ? events : [event]) {
      line(last, at(step));
      last = at(step);
    }
    changed();
  });
  paper.addEventListener("lostpointercapture", () => {
    last = null;
    picture.focus({ preventScroll: true }); // so that the arrow keys shift what was drawn
  });

  // Keyboard
  const showPen = () => {
    pen.hidden = document.activeElement !== paper || !paper.matches(":focus-visible");
    pen.classList.toggle("down", penIsDown);
    Object.assign(pen.style, { left: `${place[0] / PAPER * 100}%`, top: `${place[1] / PAPER * 100}%` });
  };
  const keys = (element, act) => element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  keys(paper, (key) => {
    if (key === "Delete" || key === "Backspace") clear();
    else if (key === " ") {
      penIsDown = !penIsDown;
      if (penIsDown) line(place, place);
      say(penIsDown ? "Pen down." : "Pen lifted.");
    } else if (MOVES[key]) {
      const next = place.map((value, axis) =>
        Math.max(STEP, Math.min(PAPER - STEP, value + STEP * MOVES[key][axis])));
      if (penIsDown) line(place, next);
      place = next;
    } else return false;
    if (penIsDown) changed();
    showPen();
    return true;
  });
  paper.addEventListener("focus", showPen);
  paper.addEventListener("blur", () => {
    penIsDown = false;
    showPen();
  });
  keys(picture, (key) => {
    if (MOVES[key]) shift(...MOVES[key]);
    else if (key === "," || key === ".") turn(key === "," ? -TURN : TURN);
    else if (key === "Home") putBack();
    else if (keep && /^\d$/.test(key)) keepAs(Number(key));
    else return false;
    return true;
  });

  return {
    showKept(pictures, labels) {
      kept.replaceChildren(...labels.map((label, i) => {
        const small = make("canvas", { width: SIDE, height: SIDE, role: "img",
          ariaLabel: `kept as ${label}` });
        paint(small, pictures.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
        return make("li", {}, small, make("span", {}, String(label)));
      }));
      forgetting.hidden = !labels.length;
    },
  };
}

/** Show the pad of a notebook; its kernel answers, and keeps the digits. */
function render({ model, el }) {
  const view = Math.random(); // several views of one pad hear all answers
  const waiting = new Map();
  let number = 0;
  const receive = ({ question, answers }) => {
    waiting.get(question)?.(answers);
    waiting.delete(question);
  };
  const answer = (picture) => new Promise((resolve) => {
    number += 1;
    const question = `${view} ${number}`;
    waiting.set(question, resolve);
    setTimeout(() => receive({ question, answers: null }), PATIENCE);
    model.send({ kind: "question", question }, undefined, [picture.buffer]);
  });
  const pad = drawingPad(el, {
    names: model.get("names"),
    answer,
    keep: (picture, label) => model.send({ kind: "keep", label }, undefined, [picture.slice().buffer]),
    forget: () => model.send({ kind: "forget" }),
  });
  const showKept = () => {
    const { buffer, byteOffset, byteLength } = model.get("kept");
    pad.showKept(new Uint8Array(buffer, byteOffset, byteLength), model.get("kept_labels"));
  };
  model.on("msg:custom", receive);
  model.on("change:kept_labels", showKept);
  showKept();
  return () => {
    model.off("msg:custom", receive);
    model.off("change:kept_labels", showKept);
  };
}

export default { render };
