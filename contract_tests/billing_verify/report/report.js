// Niceties only: the page is whole without them.
for (const line of document.querySelectorAll(".curl")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.