"""Operations on strings, which run on the host (`addax.core.host`)."""
