import { outcomeOf } from '../../domain/outcome';
import { assertDeleted } from '../../domain/refusal';
import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { deleteSubuser } from '../../sendgrid/subusers';
import type { SendGridError } from '../../transport/errors/failure';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const deleteOne: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete subuser',
		description:
			'Delete a subuser permanently. All tracked links in email that it already sent stop working, and queued email may be deleted.',
	},
	needs: [{ scope: 'subusers.delete' }],
	target: subuser,
	description: [],
	irreversible: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const outcome = await api.trySend(deleteSubuser(target));
	if ('unknown' in outcome) await confirm(api, target, outcome);
	return { output: { username: target, deleted: true }, effect: 'updated' };
}

/** After an unclear answer, “not found” can mean that it was deleted, or that the address is wrong. */
async function confirm(
	api: OperationContext['api'],
	target: string,
	{ unknown, echo }: { unknown: SendGridError; echo: boolean },
): Promise<void> {
	if (!echo) throw unknown;
	const look = await outcomeOf(async () => await subuserNamed(api, target));
	if ('error' in look) throw unknown;
	assertDeleted(look.value, subuser.noun);
}
