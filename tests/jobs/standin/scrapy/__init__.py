"""Stands where Scrapy is, in processes whose PYTHONPATH says so: spiders whose every move a test decides."""
