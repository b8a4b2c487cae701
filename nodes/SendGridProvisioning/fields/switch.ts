/** The values of a field by which something of a customer is allowed or not. */
export const SWITCH = ['enabled', 'disabled'] as const;
