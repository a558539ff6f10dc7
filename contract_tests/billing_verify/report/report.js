// Adds a button that copies each command line. The page is complete without it.
if (navigator.clipboard) {
  for (const line of document.querySelectorAll(".curl")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(line.querySelector("pre").textContent);
      button.textContent = "Copied";
    });
    line.querySelector(".label").append(button);
  }
}
