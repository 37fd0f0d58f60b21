"""The crawler: spiders ask, pages read, pipelines store, middlewares keep it polite."""
