import { resources } from '../../nodes/SendGridProvisioning/resources';
import { propertiesOf } from '../../nodes/SendGridProvisioning/resources/form';
import { operationOf } from '../../nodes/SendGridProvisioning/runner/operation';
import type { Operation, Resource } from '../../nodes/SendGridProvisioning/runner/operation';
import { refusalOf } from './refusals';

function operation(value: string, fields: Partial<Operation> = {}): Operation {
	return {
		option: { name: value.toUpperCase(), value, action: `Do ${value}`, description: value },
		needs: [],
		description: [],
		execute: async () => ({ output: {}, effect: 'read' }),
		...fields,
	};
}

const colour = { displayName: 'Colour', name: 'colour', type: 'string', default: '' } as const;
const shade = { ...colour, name: 'shade', displayOptions: { show: { colour: ['red'] } } };
/** An option of a collection, with a rule about a field outside of it. */
const gloss = { ...shade, displayName: 'Gloss', name: 'gloss' };
const brush = {
	noun: 'brush',
	key: 'brush_id',
	field: { ...colour, displayName: 'Brush', name: 'brush' },
};

const PAINT: Resource = {
	option: { name: 'Paint', value: 'paint' },
	operations: [
		operation('mix', { description: [colour, shade], options: [gloss] }),
		operation('spread', { target: brush, description: [colour], readOnly: true }),
	],
};
const WALL: Resource = {
	option: { name: 'Wall', value: 'wall' },
	operations: [operation('wash')],
};

describe('the form of several resources', () => {
	const properties = propertiesOf([PAINT, WALL]);

	it('begins with the resource menu, with the first resource as default', () => {
		expect(properties[0]).toMatchObject({
			name: 'resource',
			noDataExpression: true,
			options: [PAINT.option, WALL.option],
			default: 'paint',
		});
	});

	it('has an operation menu for each resource, which starts with one that only reads, if there is one', () => {
		const menus = properties.filter(({ name }) => name === 'operation');
		expect(menus.map(({ displayOptions, default: first }) => [displayOptions, first])).toEqual([
			[{ show: { resource: ['paint'] } }, 'spread'],
			[{ show: { resource: ['wall'] } }, 'wash'],
		]);
	});

	it('shows a field with its operation, and by the field’s own rule, which n8n reads from the form’s root', () => {
		const rules = properties
			.filter(({ name }) => ['colour', 'shade'].includes(name))
			.map(({ displayOptions }) => displayOptions?.show);
		expect(rules).toEqual([
			{ resource: ['paint'], operation: ['mix'] },
			{ resource: ['paint'], operation: ['mix'], '/colour': ['red'] },
			{ resource: ['paint'], operation: ['spread'] },
		]);
	});

	it('reads the rules of added options from the form’s root, too', () => {
		const [options] = properties.filter(({ name }) => name === 'options');
		const added = options?.options?.find(({ name }) => name === 'gloss');
		expect(added).toMatchObject({ displayOptions: { show: { '/colour': ['red'] } } });
	});

	it('has the customer first and Options last', () => {
		const spread = properties.filter(({ displayOptions }) =>
			displayOptions?.show?.['operation']?.includes('spread'),
		);
		expect(spread.map(({ name }) => name)).toEqual(['brush', 'colour', 'options']);
	});

	it('doesn’t modify the operations’ own fields', () => {
		expect(colour).not.toHaveProperty('displayOptions');
		expect(shade.displayOptions).toEqual({ show: { colour: ['red'] } });
		expect(gloss.displayOptions).toEqual({ show: { colour: ['red'] } });
	});
});

describe('the operation of an item', () => {
	it('is found by the names of resource and operation', () => {
		for (const { option, operations } of resources) {
			for (const each of operations) {
				expect(operationOf(resources, option.value, each.option.value)).toBe(each);
			}
		}
	});

	it.each([
		['paint', 'wash'],
		['wall', undefined],
		['Paint', 'mix'],
		[null, null],
		['toString', 'mix'],
		[['paint'], 'mix'],
	])('is refused if there is none (%j, %j)', (resource, name) => {
		const { message, description } = refusalOf(() => operationOf([PAINT, WALL], resource, name));
		expect(message).toContain('There is no operation');
		expect(description).toContain('newer version');
	});
});
