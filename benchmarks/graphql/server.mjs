// The peer of `benchmarks/graphql.py`: graphql-js on node's http, with a cache of documents.
//
//   node server.mjs serve PORT     the shop of benchmarks/GraphQLServer/Shop.swift
//   node server.mjs engine         times of the engine alone, as JSON, in microseconds of CPU time
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const graphql = createRequire(import.meta.url)(process.env.GRAPHQL_JS ?? "/usr/share/nodejs/graphql");

const schema = graphql.buildSchema(`
  type Query { one: Product! products: [Product!]! departments: [Department!]! }
  type Product {
    id: ID! title: String! summary: String! price: Float! stock: Int! isActive: Boolean!
    category: Category loadedCategory: Category
  }
  type Category { id: ID! name: String! }
  type Department { id: ID! name: String! shelves: [Shelf!]! }
  type Shelf { id: ID! name: String! products: [Product!]! }
`);

const categories = Array.from({ length: 7 }, (_, number) => ({ id: `c${number}`, name: `Category ${number}` }));
const products = Array.from({ length: 50 }, (_, number) => ({
  id: `p${number}`,
  title: `Product number ${number}`,
  summary: `What product ${number} is good for, in a sentence`,
  price: number + 0.5,
  stock: number * 3,
  isActive: number % 3 !== 0,
  categoryNumber: number % 7,
}));
const departments = Array.from({ length: 4 }, (_, number) => ({
  id: `d${number}`,
  name: `Department ${number}`,
  shelves: Array.from({ length: 4 }, (_, shelf) => ({
    id: `s${number}-${shelf}`,
    name: `Shelf ${shelf}`,
    products: products.slice((number * 4 + shelf) * 2, (number * 4 + shelf) * 2 + 5),
  })),
}));

// Resolvers are set once; fields without one read the property of their name.
schema.getType("Product").getFields().category.resolve = (product) => categories[product.categoryNumber];
schema.getType("Product").getFields().loadedCategory.resolve = (product, _, context) =>
  context.categories.load(product.categoryNumber);
const root = { one: products[0], products, departments };

/** Collects keys until the resolvers that can run have run, as DataLoader does, and fetches them at once. */
class Loader {
  constructor(fetch) {
    this.fetch = fetch;
    this.known = new Map();
    this.queue = [];
  }

  load(key) {
    const known = this.known.get(key);
    if (known) return known;
    const promise = new Promise((resolve, reject) => {
      if (this.queue.length === 0) Promise.resolve().then(() => process.nextTick(() => this.dispatch()));
      this.queue.push({ key, resolve, reject });
    });
    this.known.set(key, promise);
    return promise;
  }

  async dispatch() {
    const batch = this.queue;
    this.queue = [];
    try {
      const values = await this.fetch(batch.map(({ key }) => key));
      batch.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }
}

const documents = new Map();

/** The document of a query, parsed and validated once. */
function document(query) {
  let known = documents.get(query);
  if (!known) {
    known = graphql.parse(query);
    const errors = graphql.validate(schema, known);
    if (errors.length) throw errors[0];
    documents.set(query, known);
  }
  return known;
}

const context = () => ({ categories: new Loader(async (keys) => keys.map((key) => categories[key])) });

function serve(port) {
  createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      let answer;
      try {
        const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks));
        answer = graphql.execute({ schema, document: document(query), rootValue: root, contextValue: context(),
          variableValues: variables, operationName });
        if (answer instanceof Promise) answer = await answer;
      } catch (error) {
        answer = { errors: [{ message: error.message }] };
      }
      const body = Buffer.from(JSON.stringify(answer));
      response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
      response.end(body);
    });
  }).listen(port, "127.0.0.1");
}

function times() {
  const folder = new URL(".", import.meta.url);
  const kitchen = readFileSync(new URL("kitchen-sink.graphql", folder), "utf8");
  const kitchenSchema = graphql.buildSchema(readFileSync(new URL("kitchen-sink.schema.graphql", folder), "utf8"));
  const introspection = graphql.getIntrospectionQuery();
  const parsed = graphql.parse(introspection);
  const measure = (work) => {
    let best = Infinity;
    for (let count = 0; count < 15; count++) {
      const before = process.cpuUsage();
      for (let round = 0; round < 500; round++) work();
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 500);
    }
    return best;
  };
  const execution = (query) => {
    const known = document(query);
    return () => JSON.stringify(graphql.execute({ schema, document: known, rootValue: root, contextValue: context() }));
  };
  console.log(JSON.stringify({
    parse_kitchen_sink: measure(() => graphql.parse(kitchen)),
    parse_and_validate_kitchen_sink: measure(() => graphql.validate(kitchenSchema, graphql.parse(kitchen))),
    validate_introspection: measure(() => graphql.validate(schema, parsed)),
    parse_and_validate_introspection: measure(() => graphql.validate(schema, graphql.parse(introspection))),
    execute_tiny: measure(execution("{ one { id title stock } }")),
    execute_list: measure(execution("{ products { id title summary price stock isActive category { name } } }")),
    execute_deep: measure(execution(
      "{ departments { id name shelves { id name products { id title price category { name } } } } }")),
  }));
}

const [mode, port] = process.argv.slice(2);
if (mode === "serve") serve(Number(port));
else times();
