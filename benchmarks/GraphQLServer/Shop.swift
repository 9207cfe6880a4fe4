import GraphQL

/// What the benchmark's servers serve: a shop whose data follow from numbers, the same as in `benchmarks/graphql.mjs`.
enum Shop {
    static let sdl = """
        type Query {
          one: Product!
          products: [Product!]! @listSize(assumedSize: 50)
          departments: [Department!]! @listSize(assumedSize: 4)
        }
        type Product {
          id: ID! title: String! summary: String! price: Float! stock: Int! isActive: Boolean!
          category: Category loadedCategory: Category
        }
        type Category { id: ID! name: String! }
        type Department { id: ID! name: String! shelves: [Shelf!]! @listSize(assumedSize: 4) }
        type Shelf { id: ID! name: String! products: [Product!]! @listSize(assumedSize: 5) }
        directive @listSize(assumedSize: Int) on FIELD_DEFINITION
        """

    struct Product: GraphQLObject {
        let id: String
        let title: String
        let summary: String
        let price: Double
        let stock: Int
        let isActive: Bool
        let category: Int
    }

    struct Category: GraphQLObject {
        let id: String
        let name: String
    }

    struct Department: GraphQLObject {
        let id: String
        let name: String
        let shelves: [Shelf]
    }

    struct Shelf: GraphQLObject {
        let id: String
        let name: String
        let products: [Product]
    }

    /// The loaders of one request.
    struct Context: Sendable {
        let categories = DataLoader<Int, Category> { keys in
            Dictionary(uniqueKeysWithValues: keys.map { ($0, Shop.categories[$0]) })
        }
    }

    static let categories = (0..<7).map { Category(id: "c\($0)", name: "Category \($0)") }

    static let products = (0..<50).map { number in
        Product(
            id: "p\(number)",
            title: "Product number \(number)",
            summary: "What product \(number) is good for, in a sentence",
            price: Double(number) + 0.5,
            stock: number * 3,
            isActive: number % 3 != 0,
            category: number % 7
        )
    }

    static let departments = (0..<4).map { number in
        Department(
            id: "d\(number)",
            name: "Department \(number)",
            shelves: (0..<4).map { shelf in
                Shelf(
                    id: "s\(number)-\(shelf)",
                    name: "Shelf \(shelf)",
                    products: Array(products[(number * 4 + shelf) * 2..<(number * 4 + shelf) * 2 + 5])
                )
            }
        )
    }

    static func engine() throws -> Engine<Context> {
        var resolvers = Resolvers<Context>()
        resolvers.query { fields in
            fields.field("one") { _ in products[0] }
            fields.field("products") { _ in products }
            fields.field("departments") { _ in departments }
        }
        resolvers.type("Product", Product.self) { fields in
            fields.field("id", \.id)
            fields.field("title", \.title)
            fields.field("summary", \.summary)
            fields.field("price", \.price)
            fields.field("stock", \.stock)
            fields.field("isActive", \.isActive)
            fields.field("category") { categories[$0.category] }
            fields.loadedField("loadedCategory", from: \.categories) { $0.category }
        }
        resolvers.type("Category", Category.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
        }
        resolvers.type("Department", Department.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
            fields.field("shelves", \.shelves)
        }
        resolvers.type("Shelf", Shelf.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
            fields.field("products", \.products)
        }
        return try Engine(sdl: sdl, resolvers: resolvers)
    }
}
