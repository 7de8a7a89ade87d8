// Choosing a file by dropping it, and seeing how far the sending is. Without scripts the form
// does the same, with the browser's own signs.
const MIB = 1024 * 1024;

export function followUploads() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    check(form, input);
  });
  input.addEventListener("change", () => check(form, input));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (check(form, input)) send(form);
  });
}

function check(form, input) {
  const file = input.files[0];
  const tooLarge = file && file.size > Number(form.dataset.most) * MIB;
  say(form, tooLarge ? form.dataset.tooLarge : "");
  return !tooLarge;
}

function say(form, words) {
  const problem = form.querySelector("[data-upload-problem]");
  problem.hidden = !words;
  problem.querySelector("span").textContent = words;
}

function send(form) {
  const request = new XMLHttpRequest();
  const line = form.querySelector("[data-upload-progress]");
  const bar = line.querySelector("progress");
  const words = line.querySelector("[data-upload-words]");
  const button = form.querySelector("[type=submit]");
  const settle = (problem) => {
    line.hidden = true;
    button.disabled = false;
    say(form, problem);
  };
  request.open("POST", location.href);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  request.upload.addEventListener("load", () => {
    words.textContent = words.dataset.looking;
    bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    const next = request.response?.next;
    if (next) location.assign(next);
    else settle(request.response?.problem ?? (request.status === 413 ? form.dataset.tooLarge : form.dataset.failed));
  });
  request.addEventListener("error", () => settle(form.dataset.failed));
  words.textContent = words.dataset.sending;
  bar.value = 0;
  line.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
}
