/** Give a file to whoever reads the page, to keep. */
import { toast } from "./toasts.js";

export async function save(api, { url, name }, headers) {
  try {
    const address = await api.blobAddress(url, headers);
    const link = Object.assign(document.createElement("a"), { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    toast(error.message);
  }
}
