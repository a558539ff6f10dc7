"use strict";

// One page for both documents: the address decides which one it shows.
const CONTROL = location.pathname.startsWith("/_mock");

const here = document.querySelector(`nav a[href="${CONTROL ? "/_mock/docs" : "/docs"}"]`);
here.setAttribute("aria-current", "page");
document.title = `${here.textContent}: API reference`;

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

// The contract names the service of a deployment; here the calls are sent to the mock that serves the page.
const sendToThisMock = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (proceed) => (document) => proceed({ ...document, servers: [{ url: location.origin }] }),
      },
    },
  },
});

SwaggerUIBundle({
  domNode: document.getElementById("reference"),
  url: CONTROL ? "/docs/control.json" : "/openapi.yaml",
  plugins: [sendToThisMock],
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
});
