"""storygen: weeks of gateway traffic told as stories of people, tools and crews."""
