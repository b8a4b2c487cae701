import { readExample, withCredential, type Imported } from '../../playground/examples';
import { outputOf, type Execution } from '../../playground/n8nApi';
import type { Fault } from '../../emulator';
import type { Instance } from './instance';
import { startScriptedModel, type Reply, type ScriptedModel } from './scriptedModel';
import { nodeType } from './workflows';

const subuser = 'lowmoor-linens';

/** Responses that are lost after SendGrid has applied the change. */
const LOST_RESPONSES: Array<[string, Fault]> = [
	['the connection is lost', { kind: 'appliedThenLost' }],
	['a gateway answers', { kind: 'appliedThenStatus', status: 502, html: true }],
];

/** Tests n8n's agent with our tools and a scripted language model. */
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
		replies: Reply[],
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
		model.script.push(...replies);
		const saved = await api.replaceWorkflow(workflow);
		return await api.runManually(saved, 'Chat');
	}

	function sentRequests(): string[] {
		return instance().emulator.requests.map(({ method, template }) => `${method} ${template}`);
	}

	/** Changes the parameters of the tool "Get Credits". */
	const setTool = (parameters: Record<string, unknown>) => (workflow: Imported) => {
		const tool = workflow.nodes.find(({ name }) => name === 'Get Credits');
		Object.assign(tool?.parameters ?? {}, parameters);
	};

	it('lets the model fill in fields, but not resource or operation', async () => {
		await chat([{ text: 'Hello' }]);
		const tools = (model.requests[0]?.tools ?? []).map(({ function: tool }) => [
			tool.name,
			Object.keys(tool.parameters.properties ?? {}),
		]);
		expect(Object.fromEntries(tools)).toEqual({
			Find_Subusers: ['Username_Starts_With'],
			Get_Credits: ['Subuser'],
			Top_Up_Credits: ['Subuser', 'Minimum'],
		});
	});

	it('lets the model read credits and top up to the limit in the tool', async () => {
		const execution = await chat([
			{ tool: 'Get_Credits', with: { Subuser: subuser } },
			{ tool: 'Top_Up_Credits', with: { Subuser: subuser, Minimum: 1_000_000 } },
			{ text: 'It had 12 and has 5,000 now.' },
		]);

		expect(outputOf(execution, 'Support Agent')[0]?.json.output).toBe(
			'It had 12 and has 5,000 now.',
		);
		expect(model.requests[1]?.messages.at(-1)?.content).toContain('"remain":12');
		expect(instance().emulator.state.subusers.get(subuser)?.credits.remain).toBe(5_000);
	});

	it('adjusts credits once per key, although the model does it twice', async () => {
		const adjust = { tool: 'Get_Credits', with: { Subuser: subuser } };
		await chat(
			[adjust, adjust, { text: 'Done' }],
			setTool({
				resource: 'subuserCredit',
				operation: 'adjust',
				adjustment: 100,
				onceKey: 'in_1',
			}),
		);

		expect(instance().emulator.state.subusers.get(subuser)?.credits.remain).toBe(112);
		expect(model.requests[2]?.messages.at(-1)?.content).toContain('"already_done":true');
	});

	describe.each(LOST_RESPONSES)('when an adjustment is applied, but %s', (_what, fault) => {
		const CHANGE = 'the change may have been applied';

		/** Adjusts credits once with this version of the agent and these settings of the tool. */
		async function adjustWith(version: number, settings: { onError?: string } = {}) {
			const { emulator } = instance();
			emulator.fail({ match: 'PATCH /v3/subusers/{name}/credits/remaining', ...fault });
			const execution = await chat(
				[{ tool: 'Get_Credits', with: { Subuser: subuser } }, { text: 'Done' }],
				(workflow) => {
					setTool({ resource: 'subuserCredit', operation: 'adjust', adjustment: 5_000 })(workflow);
					for (const node of workflow.nodes) {
						if (node.name === 'Get Credits') Object.assign(node, settings);
						if (node.name === 'Support Agent') node.typeVersion = version;
					}
				},
			);
			expect(emulator.state.subusers.get(subuser)?.credits.remain).toBe(5_012);
			return execution;
		}

		/** The tool's result in the model's second request; undefined without one. */
		const toolResult = () => model.requests[1]?.messages.at(-1)?.content;

		it.each([2.2, 3])(
			'tells the model of agent %s, if the tool continues on errors',
			async (version) => {
				await adjustWith(version, { onError: 'continueRegularOutput' });
				expect(toolResult()).toContain(CHANGE);
				expect(toolResult()).toContain('would adjust them a second time');
			},
		);

		it('tells the model of agent 3, or stops', async () => {
			const { status, resultData } = await adjustWith(3, { onError: 'stopWorkflow' });
			// When a tool fails, n8n 1 ends the execution, and n8n 2 passes the message to the model.
			const message = status === 'error' ? resultData.error?.message : toolResult();
			expect(message).toContain(CHANGE);
			expect(model.requests).toHaveLength(status === 'error' ? 1 : 2);
		});

		it('shows it in the execution of agent 2.2, which passes an empty text to its model', async () => {
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
		'changes nothing if the model names %s instead of the subuser in the message',
		async (_, other) => {
			const before = structuredClone(instance().emulator.state.subusers.list());
			const execution = await chat([
				{ tool: 'Top_Up_Credits', with: { Subuser: other, Minimum: 5_000 } },
				{ text: 'It was refused.' },
			]);
			expect(outputOf(execution, 'Support Agent')[0]?.json.output).toBe('It was refused.');
			expect(JSON.stringify(execution.resultData.runData['Top Up Credits'])).toContain(
				'Subuser is empty',
			);
			expect(instance().emulator.state.subusers.list()).toEqual(before);
		},
	);

	it('is a tool whose resource and operation can’t be expressions', async () => {
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

	it('deletes nothing if the model chooses the operation', async () => {
		const execution = await chat(
			[{ tool: 'Get_Credits', with: { Subuser: subuser, Operation: 'delete' } }, { text: 'Done' }],
			setTool({ resource: 'subuser', operation: "={{ $fromAI('Operation') }}" }),
		);
		// Only the execution has the tool's error, not the model's request. n8n 1 doesn't resolve the
		// expression, so it's not a valid operation.
		expect(JSON.stringify(execution.resultData.runData['Get Credits'])).toMatch(
			/“Delete subuser” must be chosen by hand, not by an expression|There is no operation “{{ \$fromAI/,
		);
		expect(sentRequests()).toEqual([]);
		expect(instance().emulator.state.subusers.has(subuser)).toBe(true);
	});

	it('deletes if the workflow’s author chose that operation', async () => {
		await chat(
			[{ tool: 'Get_Credits', with: { Subuser: subuser } }, { text: 'Done' }],
			setTool({ resource: 'subuser', operation: 'delete' }),
		);
		expect(sentRequests()).toEqual(['DELETE /v3/subusers/{name}']);
	});
}
