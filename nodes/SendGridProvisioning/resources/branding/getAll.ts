import type { IDataObject } from 'n8n-workflow';
import { limitFields, limitFrom } from '../../fields/limit';
import { subuser } from '../../fields/subuser';
import { allBrandings } from '../../sendgrid/brandings';
import type { BrandingKind } from '../../sendgrid/brandings';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { brandingOutput } from './output';

/** Lists a subuser's domains, or link brandings. */
export function getAllOf(kind: BrandingKind, option: Operation['option']): Operation {
	return {
		option,
		needs: [{ scope: 'user.username.read' }, { scope: 'whitelabel.read' }],
		target: subuser,
		description: limitFields,
		readOnly: true,
		execute: async (context) => await execute(context, kind),
	};
}

async function execute(context: OperationContext, kind: BrandingKind): Promise<OperationResult> {
	const brandings = await allBrandings(context, kind, limitFrom(context.param));
	const output = brandings.map((one): IDataObject => brandingOutput(kind, context.target, one));
	return { output, effect: 'read' };
}
