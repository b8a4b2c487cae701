import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { deleteSubuser } from '../../sendgrid/subusers';
import { confirmDeletion } from '../../runner/confirmDeletion';
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
	await confirmDeletion(outcome, {
		noun: subuser.noun,
		look: async () => await subuserNamed(api, target),
	});
	return { output: { username: target, deleted: true }, effect: 'updated' };
}
