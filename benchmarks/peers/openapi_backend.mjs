// A mock on openapi-backend: validates every request, and answers with the contract's examples.
// Arguments: the contract (OpenAPI 3.1, JSON), the port.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { OpenAPIBackend } from "openapi-backend";

const [contract, port] = process.argv.slice(2);
const KEY = "super-secret-dev";

function send(response, status, text) {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

const refuse = (status, detail) => (context, request, response) =>
  send(response, status, JSON.stringify({ detail }));

const api = new OpenAPIBackend({
  definition: JSON.parse(readFileSync(contract, "utf8")),
  quick: true,
  securityHandlers: { InternalKey: (context) => context.request.headers["x-internal-key"] === KEY },
  handlers: {
    unauthorizedHandler: refuse(401, "wrong key"),
    validationFail: refuse(422, "not a request of the contract"),
    notFound: refuse(404, "no such operation"),
  },
});
await api.init();

for (const operationId of ["getBalance", "checkBalance", "debitBalance"]) {
  const text = JSON.stringify(api.mockResponseForOperation(operationId).mock);
  api.registerHandler(operationId, (context, request, response) => send(response, 200, text));
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const [path, query] = request.url.split("?");
    const body = parts.length ? Buffer.concat(parts).toString() : undefined;
    api.handleRequest(
      { method: request.method, path, query, headers: request.headers, body },
      request,
      response,
    ).catch((error) => send(response, 500, JSON.stringify({ detail: String(error) })));
  });
});
server.listen(Number(port), "127.0.0.1");
