/** The custom fields of a form, by its schema. */
import { html } from "../vendor/preact-htm.js";
import { ownFields, SchemaField } from "./form.js";

const PURPOSES = { phone: "tel" };

/** `values` are those so far, `change` gets what is set, `errors` are by field. `isOwn`: about who fills them in. `under`: where the API takes them. */
export const SchemaFields = ({ form, values, change, errors, isOwn, under = "custom_fields" }) =>
  ownFields(form).map(([name, schema]) => {
    const path = `${under}.${name}`; // Also as the control's name, so that it is told from the fields beside custom ones.
    const purpose = isOwn ? PURPOSES[schema["x-type"]] : undefined;
    return html`<${SchemaField} key=${path} name=${path} schema=${schema} required=${form.required.includes(name)} isFrozen=${schema.readOnly} autocomplete=${purpose} error=${errors[path]} value=${values[name]} onChange=${(value) => change({ [name]: value })} />`;
  });

/** Of what was set those values that the form asks for: another form may have asked for more before. */
export const askedFor = (form, values) => Object.fromEntries(ownFields(form).flatMap(([name]) => (name in values ? [[name, values[name]]] : [])));
