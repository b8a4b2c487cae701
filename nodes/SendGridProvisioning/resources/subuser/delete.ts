import type { IDataObject } from 'n8n-workflow';
import { subuser } from '../../fields/subuser';
import { deleteSubuser } from '../../sendgrid/subusers';
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
	if ('unknown' in outcome && !outcome.echo) throw outcome.unknown;
	return { username: target, deleted: true };
}
