const cards = [...document.querySelectorAll(".card")];
const controls = [...document.querySelectorAll("form select, form input")];
const said = document.querySelector("output");
const fits = (card) => controls.every((control) => {
  if (control.type === "checkbox") return !control.checked || card.dataset.changed === "yes";
  if (!control.value) return true;
  if (control.type === "search") return card.textContent.toLowerCase().includes(control.value.toLowerCase());
  return card.dataset[control.name] === control.value;
});
const filter = () => {
  let shown = 0;
  for (const card of cards) { card.hidden = !fits(card); shown += card.hidden ? 0 : 1; }
  said.textContent = shown === cards.length ? `${shown} pieces` : `${shown} of ${cards.length} pieces`;
};
for (const control of controls) control.addEventListener("input", filter);
const dialog = document.querySelector("dialog");
let current = null;
const enlarge = (card) => {
  current = card;
  dialog.replaceChildren(card.querySelector(".sheets").cloneNode(true));
  for (const image of dialog.querySelectorAll("img")) image.loading = "eager";
  if (!dialog.open) dialog.showModal();
};
const step = (by) => {
  const shown = cards.filter((card) => !card.hidden);
  const next = shown[shown.indexOf(current) + by];
  if (next) enlarge(next);
};
for (const card of cards) {
  card.addEventListener("click", () => enlarge(card));
  card.addEventListener("keydown", (event) => { if (event.key === "Enter") enlarge(card); });
}
dialog.addEventListener("click", () => dialog.close());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement.tagName !== "INPUT") {
    document.querySelector("input[type=search]").focus();
    event.preventDefault();
  }
  if (dialog.open && event.key === "ArrowRight") step(1);
  if (dialog.open && event.key === "ArrowLeft") step(-1);
});
filter();
