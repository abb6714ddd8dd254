"""Why a pod cannot get its image: the causes, and how their texts are told apart. Imports no other part."""
