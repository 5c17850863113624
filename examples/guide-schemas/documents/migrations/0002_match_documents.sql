-- The function that an application calls with .rpc(): the nearest documents by cosine distance.
CREATE FUNCTION match_documents(query_embedding vector, match_count integer)
RETURNS TABLE (id uuid, title text, similarity double precision)
LANGUAGE sql STABLE AS $$
  SELECT d.id, d.title, 1 - (d.embedding <=> query_embedding)
  FROM documents d
  WHERE d.embedding IS NOT NULL
  ORDER BY d.embedding <=> query_embedding
  LIMIT match_count
$$;
