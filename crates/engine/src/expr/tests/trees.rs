//! Random trees: what is printed reads back as the same tree, and evaluating it never panics and never wavers.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::ast::{BinaryOp, Node, NodeKind, Segment, UnaryOp};
use super::super::functions::FUNCTIONS;
use super::super::names::ROOTS;
use super::super::{Expr, Fuel};
use super::scope;

fn node(kind: NodeKind) -> Node {
    Node { kind, span: 0..0 }
}

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        prop::sample::select(vec!["body", "name", "tags", "output", "a b", "true", "in", "größe"])
            .prop_map(|key| Segment::Key(key.to_owned())),
        ".{0,6}".prop_map(Segment::Key),
        (-3_i64..3).prop_map(Segment::Index),
    ]
}

fn path() -> impl Strategy<Value = Node> {
    let roots: Vec<&str> = ROOTS.into_iter().filter(|root| *root != "env").collect();
    (prop::sample::select(roots), prop::collection::vec(segment(), 0..3)).prop_map(|(root, rest)| {
        let root = std::iter::once(Segment::Key(root.to_owned()));
        node(NodeKind::Path(root.chain(rest).collect()))
    })
}

fn literal() -> impl Strategy<Value = Node> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u64..20).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0.0_f64..1e18).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,3}".prop_map(Value::from),
    ]
    .prop_map(|value| node(NodeKind::Literal(value)))
}

fn operator() -> impl Strategy<Value = BinaryOp> {
    prop::sample::select(vec![
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Equal,
        BinaryOp::Unequal,
        BinaryOp::Less,
        BinaryOp::GreaterEqual,
        BinaryOp::In,
        BinaryOp::NotIn,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Concat,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::FloorDivide,
        BinaryOp::Remainder,
    ])
}

fn boxed(pair: (Node, Node)) -> (Box<Node>, Box<Node>) {
    (Box::new(pair.0), Box::new(pair.1))
}

fn call(arguments: Vec<Node>, chosen: usize) -> NodeKind {
    let fitting: Vec<_> =
        FUNCTIONS.iter().filter(|row| (row.least..=row.most).contains(&arguments.len())).collect();
    NodeKind::Call(fitting[chosen % fitting.len()], arguments)
}

fn tree() -> impl Strategy<Value = Node> {
    prop_oneof![literal(), path()].prop_recursive(6, 40, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(NodeKind::List),
            prop::collection::btree_map(".{0,4}", inner.clone(), 0..4)
                .prop_map(|fields| NodeKind::Object(fields.into_iter().collect())),
            (inner.clone(), segment()).prop_map(|(inner, segment)| match inner.kind {
                NodeKind::Path(mut path) => {
                    path.push(segment);
                    NodeKind::Path(path)
                }
                _ => NodeKind::Index(Box::new(inner), segment),
            }),
            (inner.clone(), path()).prop_map(boxed).prop_map(|(left, right)| NodeKind::At(left, right)),
            inner.clone().prop_map(|inner| NodeKind::Unary(UnaryOp::Not, Box::new(inner))),
            inner.clone().prop_map(|inner| NodeKind::Unary(UnaryOp::Minus, Box::new(inner))),
            (inner.clone(), any::<bool>())
                .prop_map(|(inner, wanted)| NodeKind::IsDefined(Box::new(inner), wanted)),
            (operator(), two.prop_map(boxed))
                .prop_map(|(op, (left, right))| NodeKind::Binary(op, left, right)),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| NodeKind::Choose(
                Box::new(a),
                Box::new(b),
                Box::new(c)
            )),
            (prop::collection::vec(inner, 0..4), any::<usize>())
                .prop_map(|(some, chosen)| call(some, chosen)),
        ]
        .prop_map(node)
    })
}

/// The tree without its places.
fn bare(node: &Node) -> Value {
    let own = match &node.kind {
        NodeKind::Literal(value) => json!(["literal", value]),
        NodeKind::Path(path) => json!(["path", format!("{path:?}")]),
        NodeKind::List(_) => json!("list"),
        NodeKind::Object(fields) => json!(fields.iter().map(|(key, _)| key).collect::<Vec<_>>()),
        NodeKind::Index(_, segment) => json!(["index", format!("{segment:?}")]),
        NodeKind::At(..) => json!("at"),
        NodeKind::Unary(op, _) => json!(format!("{op:?}")),
        NodeKind::Binary(op, ..) => json!(format!("{op:?}")),
        NodeKind::IsDefined(_, wanted) => json!(["defined", wanted]),
        NodeKind::Choose(..) => json!("choose"),
        NodeKind::Call(function, _) => json!(["call", function.name]),
    };
    json!([own, node.children().into_iter().map(bare).collect::<Vec<_>>()])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn what_is_printed_reads_back_as_the_same_tree(tree in tree()) {
        let text = tree.to_string();
        prop_assume!(text.len() <= 4096);
        let read = Expr::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(bare(read.ast()), bare(&tree), "{}", text);
        prop_assert_eq!(read.ast().to_string(), text);
    }

    #[test]
    fn the_same_scope_gives_the_same_answer_at_the_same_cost(tree in tree()) {
        let text = tree.to_string();
        prop_assume!(text.len() <= 4096);
        let expr = Expr::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        let (mut one, mut two) = (Fuel::default(), Fuel::default());
        let (first, second) = (expr.eval(&scope(), &mut one), expr.eval(&scope(), &mut two));
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(one.left(), two.left());
        if let Err(error) = first {
            prop_assert!(text.get(error.span).is_some());
            prop_assert!(!error.message.is_empty() && !error.message.ends_with('.'));
        }
        for path in expr.paths() {
            prop_assert!(text.get(path.span).is_some());
        }
    }

    #[test]
    fn little_fuel_ends_the_work_and_nothing_else(tree in tree(), work in 0_u64..60) {
        let text = tree.to_string();
        prop_assume!(text.len() <= 4096);
        let expr = Expr::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        let mut fuel = Fuel::new(work);
        match expr.eval(&scope(), &mut fuel) {
            Err(error) if error.code() == "X104" => prop_assert_eq!(fuel.left(), 0),
            other => prop_assert_eq!(other, expr.eval(&scope(), &mut Fuel::default())),
        }
    }
}
