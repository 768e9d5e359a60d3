"""检查要点表: dated lists of what an inspection looks at."""
