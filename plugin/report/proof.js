const findings = [...document.querySelectorAll(".finding")];
const controls = [...document.querySelectorAll(".filters select, .filters input")];
const said = document.querySelector(".filters output");
const fits = (finding) => controls.every((control) => {
  if (!control.value) return true;
  if (control.type === "search")
    return finding.textContent.toLowerCase().includes(control.value.toLowerCase());
  return finding.dataset[control.name].split(" ").includes(control.value);
});
const filter = () => {
  let shown = 0;
  for (const finding of findings) {
    finding.hidden = !fits(finding);
    shown += finding.hidden ? 0 : 1;
  }
  said.textContent = shown === findings.length ? `${shown} shown` : `${shown} of ${findings.length} shown`;
};
for (const control of controls) control.addEventListener("input", filter);
filter();
