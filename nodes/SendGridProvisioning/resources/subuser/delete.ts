import type { IDataObject } from 'n8n-workflow';
import { attempt } from '../../domain/attempt';
import { assertDeleted } from '../../domain/refusal';
import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { deleteSubuser } from '../../sendgrid/subusers';
import type { SendGridError } from '../../transport/failure';
import type { Operation, OperationContext } from '../resource';

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

async function execute({ api, target }: OperationContext): Promise<IDataObject> {
	const outcome = await api.attempt(deleteSubuser(target));
	if ('unknown' in outcome) await confirm(api, target, outcome);
	return { username: target, deleted: true };
}

/** After an unclear answer, “not found” can mean that it was deleted, or that the address is wrong. */
async function confirm(
	api: OperationContext['api'],
	target: string,
	{ unknown, echo }: { unknown: SendGridError; echo: boolean },
): Promise<void> {
	if (!echo) throw unknown;
	const look = await attempt(async () => await subuserNamed(api, target));
	if ('error' in look) throw unknown;
	assertDeleted(look.value, subuser.noun);
}
