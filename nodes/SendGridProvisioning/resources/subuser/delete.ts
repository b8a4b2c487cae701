import { assertSubuserKnown } from '../../domain/refusal';
import { deletionSummary } from '../../domain/summaries';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { deleteSubuser } from '../../sendgrid/subusers';
import { confirmDeletion } from '../../runner/confirmDeletion';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const LOST = 'Queued email may be deleted, and tracked links stop working.';
const DESCRIPTION = `Delete (remove, close) a subuser permanently. ${LOST}`;

export const deleteOne: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete subuser',
		description: DESCRIPTION,
	},
	needs: [{ scope: 'subusers.delete' }, { scope: 'subusers.read' }],
	target: subuser,
	description: [dryRunField],
	irreversible: LOST,
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	if (dryRunFrom(param)) {
		const found = await subuserNamed(api, target);
		assertSubuserKnown(found);
		const { username, email } = found;
		const summary = deletionSummary(true, [
			username,
			...(typeof email === 'string' ? [email] : []),
		]);
		const output = { username: target, summary, dry_run: true, deleted: false };
		return { output, effect: 'would change' };
	}

	const outcome = await api.trySend(deleteSubuser(target));
	await confirmDeletion(outcome, {
		noun: subuser.noun,
		look: async () => await subuserNamed(api, target),
	});
	const summary = deletionSummary(false);
	return {
		output: { username: target, summary, dry_run: false, deleted: true },
		effect: 'updated',
	};
}
