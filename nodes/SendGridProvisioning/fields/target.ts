import type { INodeProperties } from 'n8n-workflow';

/** The customer that an operation works on, and the field that names it. */
export interface Target {
	field: INodeProperties;
	/** As a person says it: "account", "subuser". */
	noun: string;
	/** The key under which outputs name it, as SendGrid spells it. */
	key: string;
}

/** The field for a form that does not always need it: n8n would demand it wherever it shows it. */
export function optional(field: INodeProperties): INodeProperties {
	const optionalField = { ...field };
	delete optionalField.required;
	return optionalField;
}
