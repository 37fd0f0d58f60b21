"""Pages that a script has to fill: a browser without a network runs it, and Scrapy asks for what it wants.

Off unless ALMANAC_RENDER names the kind of page. `request` is what spiders need of it, `settings` what Scrapy
does; `handler`, `middleware` and `visit` are imported by no crawl that renders nothing.
"""
