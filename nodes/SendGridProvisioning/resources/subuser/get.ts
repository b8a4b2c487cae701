import type { IDataObject } from 'n8n-workflow';
import { assertSubuserKnown } from '../../domain/refusal';
import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get subuser',
		description:
			'Get (find, look up) a subuser by its exact username, with its email, region, and status',
	},
	needs: [{ scope: 'subusers.read' }],
	target: subuser,
	description: [],
	readOnly: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const found = await subuserNamed(api, target);
	assertSubuserKnown(found);
	return { output: { ...found } as IDataObject, effect: 'read' };
}
