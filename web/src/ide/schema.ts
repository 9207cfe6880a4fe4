/** A use of a type, as introspection tells it. */
export interface TypeUse {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType: TypeUse | null;
}

export interface InputPart {
  readonly name: string;
  readonly description: string | null;
  readonly type: TypeUse;
  readonly defaultValue: string | null;
  readonly deprecationReason: string | null;
}

export interface FieldPart {
  readonly name: string;
  readonly description: string | null;
  readonly args: readonly InputPart[];
  readonly type: TypeUse;
  readonly deprecationReason: string | null;
}

export interface ValuePart {
  readonly name: string;
  readonly description: string | null;
  readonly deprecationReason: string | null;
}

export interface TypePart {
  readonly kind: string;
  readonly name: string;
  readonly description: string | null;
  readonly fields: readonly FieldPart[] | null;
  readonly inputFields: readonly InputPart[] | null;
  readonly interfaces: readonly TypeUse[] | null;
  readonly enumValues: readonly ValuePart[] | null;
  readonly possibleTypes: readonly TypeUse[] | null;
}

export interface DirectivePart {
  readonly name: string;
  readonly description: string | null;
  readonly locations: readonly string[];
  readonly args: readonly InputPart[];
}

interface Named {
  readonly name: string;
}

export interface Introspection {
  readonly __schema: {
    readonly description: string | null;
    readonly queryType: Named;
    readonly mutationType: Named | null;
    readonly subscriptionType: Named | null;
    readonly types: readonly TypePart[];
    readonly directives: readonly DirectivePart[];
  };
}

const nested = (depth: number): string => (depth === 0 ? "" : `ofType { kind name ${nested(depth - 1)} }`);

/** Asks for all that completion and documentation need. */
export const introspectionQuery = `
query Schema {
  __schema {
    description
    queryType { name } mutationType { name } subscriptionType { name }
    types {
      kind name description
      fields(includeDeprecated: true) {
        name description deprecationReason type { ...Use } args(includeDeprecated: true) { ...Input }
      }
      inputFields(includeDeprecated: true) { ...Input }
      interfaces { ...Use } possibleTypes { ...Use }
      enumValues(includeDeprecated: true) { name description deprecationReason }
    }
    directives { name description locations args(includeDeprecated: true) { ...Input } }
  }
}
fragment Input on __InputValue { name description deprecationReason defaultValue type { ...Use } }
fragment Use on __Type { kind name ${nested(7)} }`;

/** The schema as the page uses it. */
export interface Schema {
  readonly description: string | null;
  readonly types: ReadonlyMap<string, TypePart>;
  readonly directives: readonly DirectivePart[];
  readonly roots: { readonly query: TypePart | null; readonly mutation: TypePart | null; readonly subscription: TypePart | null };
}

export function schemaOf({ __schema }: Introspection): Schema {
  const types = new Map(__schema.types.map((type) => [type.name, type]));
  const root = (named: Named | null) => (named ? types.get(named.name) ?? null : null);
  return {
    description: __schema.description,
    types,
    directives: __schema.directives,
    roots: { query: root(__schema.queryType), mutation: root(__schema.mutationType), subscription: root(__schema.subscriptionType) },
  };
}

/** How a use of a type is written. */
export function written(use: TypeUse): string {
  if (use.kind === "NON_NULL" && use.ofType) return `${written(use.ofType)}!`;
  if (use.kind === "LIST" && use.ofType) return `[${written(use.ofType)}]`;
  return use.name ?? "";
}

/** The name of the type inside lists and non-nulls. */
export function nameOf(use: TypeUse): string {
  return use.ofType ? nameOf(use.ofType) : use.name ?? "";
}

const typeName: FieldPart = {
  name: "__typename",
  description: "The name of the object's type.",
  args: [],
  type: { kind: "NON_NULL", name: null, ofType: { kind: "SCALAR", name: "String", ofType: null } },
  deprecationReason: null,
};

/** The fields that may be asked of a type. */
export function fieldsOf(type: TypePart): readonly FieldPart[] {
  if (type.kind === "UNION") return [typeName];
  return type.fields ? [...type.fields, typeName] : [];
}

export function isComposite(type: TypePart): boolean {
  return type.kind === "OBJECT" || type.kind === "INTERFACE" || type.kind === "UNION";
}
