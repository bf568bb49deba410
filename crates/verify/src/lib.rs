//! Email address verification over two ports, Resolve and Dial; stands alone.
