/** Answers the requests of `graphql-tool` with graphql-js, in the same shapes. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const folder = process.env.GRAPHQL_JS ?? "/usr/share/nodejs/graphql";

/** graphql-js, as Debian installs it or as GRAPHQL_JS says. */
export const graphql = require(folder);

const { validateSDL } = require(`${folder}/validation/validate.js`);
const { specifiedSDLRules } = require(`${folder}/validation/specifiedRules.js`);

export function errorOf(error) {
  const shown = { message: error.message };
  if (error.locations) shown.locations = error.locations.map(({ line, column }) => [line, column]);
  if (error.path) shown.path = [...error.path];
  return shown;
}

const errorsOf = (errors) => errors.map(errorOf);

/** The answer to a request, with `introspection` and all; `schemas` maps the names of schemas to built ones. */
export function answer(request, schemas) {
  switch (request.kind) {
    case "lex": return lex(request.text);
    case "parse": return parse(request);
    case "sdl": return definitions(request.sdl, request.extend);
    case "schema": return forms(request.sdl);
    case "validate": return { errors: validate(request, schemas) };
    case "execute": return { result: execute(request, schemas) };
  }
}

function attempt(run) {
  try {
    return { ok: true, ...run() };
  } catch (error) {
    if (!(error instanceof graphql.GraphQLError)) throw error;
    return { ok: false, error: errorOf(error) };
  }
}

function lex(text) {
  return attempt(() => {
    const lexer = new graphql.Lexer(new graphql.Source(text));
    const tokens = [];
    let token;
    do {
      token = lexer.advance();
      tokens.push([token.kind, token.value ?? null, token.start, token.end, token.line, token.column]);
    } while (token.kind !== "<EOF>");
    return { tokens };
  });
}

function parse({ entry = "document", text }) {
  return attempt(() => {
    switch (entry) {
      case "value": return { printed: graphql.print(graphql.parseValue(text)) };
      case "constValue": return { printed: graphql.print(graphql.parseConstValue(text)) };
      case "type": return { printed: graphql.print(graphql.parseType(text)) };
    }
    const document = graphql.parse(text);
    return {
      printed: graphql.print(document),
      definitions: document.definitions.map((node) => [node.kind, node.name?.value ?? null]),
      stripped: graphql.stripIgnoredCharacters(text),
    };
  });
}

function definitions(sdl, extend) {
  const base = extend === undefined ? undefined : graphql.buildSchema(extend);
  let document;
  try {
    document = graphql.parse(sdl);
  } catch (error) {
    return { valid: false, errors: [errorOf(error)] };
  }
  const problems = validateSDL(document, base, specifiedSDLRules);
  if (problems.length) return { valid: false, errors: errorsOf(problems) };
  const schema = base
    ? graphql.extendSchema(base, document, { assumeValidSDL: true })
    : graphql.buildASTSchema(document, { assumeValidSDL: true });
  const errors = graphql.validateSchema(schema);
  const shown = { valid: errors.length === 0 };
  if (errors.length) shown.errors = errorsOf(errors);
  return { ...shown, printedSchema: graphql.printSchema(schema) };
}

function forms(sdl) {
  const schema = graphql.buildSchema(sdl, { assumeValid: true, assumeValidSDL: true });
  return {
    printed: graphql.printSchema(schema),
    sorted: graphql.printSchema(graphql.lexicographicSortSchema(schema)),
    introspection: JSON.parse(JSON.stringify(graphql.executeSync({ schema, document: introspection }).data)),
  };
}

/** The query for all of a schema, as later versions ask it: the roots with their kinds, ten levels of wrapped types. */
const wrapped = Array(9).fill("kind name ofType {").join(" ") + " kind name" + " }".repeat(9);
const introspection = graphql.parse(graphql.getIntrospectionQuery({
  descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true,
  inputValueDeprecation: true,
}).replaceAll("Type { name }", "Type { name kind }").replace(/(fragment TypeRef on __Type) [^]*/, `$1 { ${wrapped} }`));

function validate({ schema, document, maxErrors }, schemas) {
  let parsed;
  try {
    parsed = graphql.parse(document);
  } catch (error) {
    return [errorOf(error)];
  }
  return errorsOf(graphql.validate(schemas.get(schema), parsed, undefined, { maxErrors }));
}

function execute({ schema, document, operationName, variables, root, invent }, schemas) {
  let parsed;
  try {
    parsed = graphql.parse(document);
  } catch (error) {
    return { errors: [errorOf(error)] };
  }
  const result = graphql.execute({
    schema: schemas.get(schema),
    document: parsed,
    operationName,
    variableValues: variables,
    rootValue: { fields: root },
    fieldResolver: (source, _, __, info) => resolve(source, info, invent),
    typeResolver: (value) => value?.$type,
  });
  const shown = {};
  if ("data" in result) shown.data = result.data;
  if (result.errors) shown.errors = errorsOf(result.errors);
  return JSON.parse(JSON.stringify(shown));
}

/** What a recording says of a field; one that it does not know is invented and recorded. */
function resolve(source, info, invent) {
  const key = info.path.key;
  const fields = source?.fields ?? {};
  if (invent && !Object.hasOwn(fields, key)) fields[key] = invent(info.returnType);
  const recorded = fields[key];
  if (recorded?.error !== undefined) throw new Error(recorded.error);
  return decode(recorded?.value ?? null);
}

function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if (value.$error !== undefined) return new Error(value.$error);
  return "$leaf" in value ? value.$leaf : value;
}
