import type { IDataObject } from 'n8n-workflow';
import { getCredits } from '../../sendgrid/subuserCredits';
import type { OperationContext } from '../../runner/operation';

/** SendGrid's five fields as they are now. */
export async function presentCredits({ api, target }: OperationContext): Promise<IDataObject> {
	return { ...(await api.send(getCredits(target))) };
}
