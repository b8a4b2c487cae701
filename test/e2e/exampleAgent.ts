import { readExample, withCredential, type Imported } from '../../playground/examples';
import { outputOf, type Execution } from '../../playground/n8nApi';
import type { Fault } from '../../emulator';
import type { Instance } from './instance';
import { startScriptedModel, type Line, type ScriptedModel } from './scriptedModel';
import { nodeType } from './workflows';

const subuser = 'lowmoor-linens';

/** Answers that get lost after SendGrid has done what was asked. */
const LOST: Array<[string, Fault]> = [
	['the connection is lost', { kind: 'appliedThenLost' }],
	['a gateway’s page comes back', { kind: 'appliedThenStatus', status: 502, html: true }],
];

/** The agent and its tools are n8n's and ours; only the language model is made up. */
export function testAgent(instance: () => Instance): void {
	let model: ScriptedModel;

	beforeAll(async () => {
		model = await startScriptedModel();
	});

	afterAll(async () => await model?.close());

	beforeEach(() => {
		model.requests.length = 0;
		model.script.length = 0;
	});

	async function chat(
		lines: Line[],
		change: (workflow: Imported) => void = () => {},
	): Promise<Execution> {
		const { api, credential } = instance();
		const openAi = {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url },
		};
		const id = await api.saveCredential(openAi);
		const workflow = withCredential(readExample('ai-agent.json'), credential.id);
		const chosen = workflow.nodes.find(({ type }) => type.endsWith('.lmChatOpenAi'));
		if (chosen) chosen.credentials = { openAiApi: { id, name: openAi.name } };
		change(workflow);
		model.script.push(...lines);
		const saved = await api.replaceWorkflow(workflow);
		return await api.runManually(saved, 'Chat');
	}

	function sent(): string[] {
		return instance().emulator.requests.map(({ method, template }) => `${method} ${template}`);
	}

	/** The node's tool of that name, set to do something else. */
	const toolThat = (parameters: Record<string, unknown>) => (workflow: Imported) => {
		const tool = workflow.nodes.find(({ name }) => name === 'Get Credits');
		Object.assign(tool?.parameters ?? {}, parameters);
	};

	it('offers the model fields to fill in, and neither resource nor operation', async () => {
		await chat([{ says: 'Hello' }]);
		const offered = (model.requests[0]?.tools ?? []).map(({ function: tool }) => [
			tool.name,
			Object.keys(tool.parameters.properties ?? {}),
		]);
		expect(Object.fromEntries(offered)).toEqual({
			Find_Subusers: ['Username_Starts_With'],
			Get_Credits: ['Subuser'],
			Top_Up_Credits: ['Subuser', 'Minimum'],
		});
	});

	it('lets the model look and top up, within the limit that stands in the tool', async () => {
		const execution = await chat([
			{ tool: 'Get_Credits', with: { Subuser: subuser } },
			{ tool: 'Top_Up_Credits', with: { Subuser: subuser, Minimum: 1_000_000 } },
			{ says: 'It had 12 and has 5,000 now.' },
		]);

		expect(outputOf(execution, 'Support Agent')[0]?.json.output).toBe(
			'It had 12 and has 5,000 now.',
		);
		expect(model.requests[1]?.messages.at(-1)?.content).toContain('"remain":12');
		expect(instance().emulator.state.subusers.get(subuser)?.credits.remain).toBe(5_000);
	});

	describe.each(LOST)('where an adjustment is applied, but %s', (_what, fault) => {
		const CHANGE = 'the change may have been applied';

		/** The agent of that version adjusts credits once; the tool's settings are n8n's own. */
		async function adjustWith(version: number, settings: { onError?: string } = {}) {
			const { emulator } = instance();
			emulator.fail({ match: 'PATCH /v3/subusers/{name}/credits/remaining', ...fault });
			const execution = await chat(
				[{ tool: 'Get_Credits', with: { Subuser: subuser } }, { says: 'Done' }],
				(workflow) => {
					toolThat({ resource: 'subuserCredit', operation: 'adjust', adjustment: 5_000 })(workflow);
					for (const node of workflow.nodes) {
						if (node.name === 'Get Credits') Object.assign(node, settings);
						if (node.name === 'Support Agent') node.typeVersion = version;
					}
				},
			);
			expect(emulator.state.subusers.get(subuser)?.credits.remain).toBe(5_012);
			return execution;
		}

		/** What the model was given as the tool's answer; undefined where it was not asked again. */
		const toolAnswer = () => model.requests[1]?.messages.at(-1)?.content;

		it.each([2.2, 3])(
			'says so to the model of agent %s, if the tool continues on errors',
			async (version) => {
				await adjustWith(version, { onError: 'continueRegularOutput' });
				expect(toolAnswer()).toContain(CHANGE);
				expect(toolAnswer()).toContain('would adjust them a second time');
			},
		);

		it('says so to the model of agent 3, or stops', async () => {
			const { status, resultData } = await adjustWith(3, { onError: 'stopWorkflow' });
			// n8n 1 ends the execution where a tool fails, n8n 2 goes on with the message.
			const told = status === 'error' ? resultData.error?.message : toolAnswer();
			expect(told).toContain(CHANGE);
			expect(model.requests).toHaveLength(status === 'error' ? 1 : 2);
		});

		it('says so in the execution where agent 2.2 gives its model an empty text', async () => {
			const { resultData } = await adjustWith(2.2, { onError: 'stopWorkflow' });
			const { error } = resultData.runData['Get Credits']?.[0] ?? {};
			expect(error?.message).toContain(CHANGE);
			expect(error?.message).not.toContain('retry the request immediately');
		});
	});

	it.each([
		['another subuser', 'birchwood-bakery'],
		['a part of the name', 'lowmoor'],
		['no subuser', ''],
	])(
		'changes nothing where the model names %s instead of the subuser in the message',
		async (_, other) => {
			const before = structuredClone(instance().emulator.state.subusers.list());
			const execution = await chat([
				{ tool: 'Top_Up_Credits', with: { Subuser: other, Minimum: 5_000 } },
				{ says: 'It was refused.' },
			]);
			expect(outputOf(execution, 'Support Agent')[0]?.json.output).toBe('It was refused.');
			expect(JSON.stringify(execution.resultData.runData['Top Up Credits'])).toContain(
				'Subuser is empty',
			);
			expect(instance().emulator.state.subusers.list()).toEqual(before);
		},
	);

	it('is a tool whose resource and operation are chosen in a list', async () => {
		const types = (await instance().api.nodeTypes()) as unknown as Array<{
			name: string;
			outputs: string[];
			properties: Array<{ name: string; noDataExpression?: boolean }>;
		}>;
		const tool = types.find(({ name }) => name === `${nodeType}Tool`);
		const menus = tool?.properties.filter(({ name }) => ['resource', 'operation'].includes(name));

		expect(tool?.outputs).toEqual(['ai_tool']);
		expect(menus?.length).toBeGreaterThan(1);
		expect(menus?.every(({ noDataExpression }) => noDataExpression)).toBe(true);
	});

	it('deletes nothing where the operation was left to the model', async () => {
		const execution = await chat(
			[{ tool: 'Get_Credits', with: { Subuser: subuser, Operation: 'delete' } }, { says: 'Done' }],
			toolThat({ resource: 'subuser', operation: "={{ $fromAI('Operation') }}" }),
		);
		// The model is told nothing of it: n8n keeps a tool's error for the person who looks. n8n 1 does
		// not resolve the expression, so that there is no such operation.
		expect(JSON.stringify(execution.resultData.runData['Get Credits'])).toMatch(
			/“Delete subuser” must be chosen by hand, not by an expression|There is no operation “{{ \$fromAI/,
		);
		expect(sent()).toEqual([]);
		expect(instance().emulator.state.subusers.has(subuser)).toBe(true);
	});

	it('deletes where the person who built the workflow chose that', async () => {
		await chat(
			[{ tool: 'Get_Credits', with: { Subuser: subuser } }, { says: 'Done' }],
			toolThat({ resource: 'subuser', operation: 'delete' }),
		);
		expect(sent()).toEqual(['DELETE /v3/subusers/{name}']);
	});
}
