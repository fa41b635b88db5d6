// A program on the TypeScript package. Writes what it found as JSON.
import { createHmac } from "node:crypto";
import { Desk, Refused, verifyWebhook } from "osticket-client";

const [address, secret] = process.argv.slice(2);
const told = {};
let isTampered = false;
const desk = new Desk(address, { username: "alice", password: "demo-help-desk" }, {
  fetch: (request) => {
    if (isTampered) {
      isTampered = false;
      request.headers.set("Authorization", `${request.headers.get("Authorization")}x`);
    }
    return fetch(request);
  },
});

told.tickets = [];
for await (const ticket of desk.tickets({ per_page: 2, sort: "-id" })) told.tickets.push(ticket.id);
const path = { ticket: "26" };
const note = await desk.api.POST("/api/v2/tickets/{ticket}/note", { params: { path }, body: { body: "by a client package" } });
told.note = note.data.data.body;
told.upload = (await desk.upload("notes.txt", new Blob(["a file"], { type: "text/plain" }))).name;
isTampered = true;
told.renewed = (await desk.api.GET("/api/v2/auth/me")).response.ok;
try {
  for await (const _ of desk.tickets({ sort: "nonsense" }));
} catch (error) {
  told.refused = error instanceof Refused && error.message;
}

let calls = 0;
const failing = new Desk("https://desk.example.com", { key: "k" }, {
  fetch: async () => new Response("{}", { status: ++calls === 1 ? 503 : 200, headers: { "Retry-After": "0" } }),
});
await failing.api.GET("/healthz");
told.retried = calls;

const body = '{"type": "ticket.created"}';
const moment = String(Math.floor(Date.now() / 1000));
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
const signature = createHmac("sha256", key).update(`m1.${moment}.${body}`).digest("base64");
const headers = { "webhook-id": "m1", "webhook-timestamp": moment, "webhook-signature": `v1,${signature}` };
told.webhook = await verifyWebhook(secret, headers, body);
try {
  await verifyWebhook(secret, headers, `${body} `);
} catch (error) {
  told.forged = error.constructor.name;
}
console.log(JSON.stringify(told));
