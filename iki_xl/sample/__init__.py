"""Sample filling: invented people and entries for a sample office, with honest mistakes."""
