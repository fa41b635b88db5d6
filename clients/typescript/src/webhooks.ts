// Whether a webhook comes from the help desk (Standard Webhooks).

/** The message does not come from the help desk, or not now. */
export class InvalidSignature extends Error {}

/** The message, parsed. Throws InvalidSignature. */
export async function verifyWebhook(
  secret: string,
  headers: Headers | Record<string, string>,
  body: string,
  { toleranceSeconds = 300, now = Date.now() / 1000 } = {},
): Promise<unknown> {
  const given = new Headers(headers);
  const id = given.get("webhook-id");
  const moment = given.get("webhook-timestamp");
  const signatures = given.get("webhook-signature");
  if (!id || !moment || !signatures || !/^\d+$/.test(moment)) {
    throw new InvalidSignature("A header of the signature is missing or wrong.");
  }
  if (Math.abs(now - Number(moment)) > toleranceSeconds) {
    throw new InvalidSignature("The message is too old, or a clock is wrong.");
  }
  const signed = new TextEncoder().encode(`${id}.${moment}.${body}`);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(secret.replace(/^whsec_/, "")), algorithm, false, ["verify"]);
  for (const signature of signatures.split(" ")) {
    const [version, value] = signature.split(",");
    if (version === "v1" && value && (await crypto.subtle.verify("HMAC", key, bytes(value), signed))) {
      return JSON.parse(body) as unknown;
    }
  }
  throw new InvalidSignature("The signature does not fit the message.");
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
