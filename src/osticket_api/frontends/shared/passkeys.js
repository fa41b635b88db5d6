/** Passkeys, as the browser makes and shows them. The options come from the API, and what these return goes back to it. */

/** Whether this browser has passkeys, on a page that is safe enough for them. */
export const knowsPasskeys = () => Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

export async function newPasskey(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answered(navigator.credentials.create({ publicKey }));
}

export async function shownPasskey(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return answered(navigator.credentials.get({ publicKey }));
}

async function answered(question) {
  try {
    return (await question).toJSON();
  } catch (error) {
    if (error.name === "InvalidStateError") throw new Error("This authenticator has a passkey of yours already.");
    if (error.name === "NotAllowedError") throw new Error("No passkey was chosen.");
    throw error;
  }
}
