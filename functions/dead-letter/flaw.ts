/** Why a dead letter cannot be sent again as it is. */
export type Flaw = { readonly flaw: string }
