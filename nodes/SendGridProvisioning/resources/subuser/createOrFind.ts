import { outcomeOf } from '../../domain/outcome';
import { assertSubuserConfirmed } from '../../domain/newSubuser';
import type { OperationContext } from '../../runner/operation';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { createSubuser } from '../../sendgrid/subusers';
import type { NewSubuser, Subuser } from '../../sendgrid/subusers';
import type { SendGridError } from '../../transport/errors/failure';

/**
 * Creates a subuser. After a lost response, it's looked up. Returns SendGrid's fields.
 * @throws SendGridError, or Unconfirmed if another subuser was created
 */
export async function createOrFind(
	api: OperationContext['api'],
	wanted: NewSubuser,
): Promise<Record<string, unknown>> {
	const outcome = await api.trySend(createSubuser(wanted));
	const created =
		'done' in outcome ? outcome.done : await createdByLostCall(api, wanted, outcome.inDoubt);
	assertSubuserConfirmed(wanted, created);
	return created;
}

/** What SendGrid's answer would have shown, if the subuser was created although no answer came. */
async function createdByLostCall(
	api: OperationContext['api'],
	wanted: NewSubuser,
	unknown: SendGridError,
): Promise<Record<string, unknown>> {
	const found = await outcomeOf(async () => await subuserNamed(api, wanted.username));
	if ('error' in found || !isCreatedAs(wanted, found.value)) throw unknown;
	const { id, username, email, region } = found.value;
	return { username, user_id: id, email, region };
}

/** Whether it is the subuser that was asked for: the email must be the same, too. */
function isCreatedAs(wanted: NewSubuser, found: Subuser | undefined): found is Subuser {
	return String(found?.['email']).toLowerCase() === wanted.email.toLowerCase();
}
