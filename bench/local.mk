# benches
