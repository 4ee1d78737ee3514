"""What a worker process is given to do, by the task library."""

from django_tasks import TaskContext, task

from nodes.runs.work import work


@task(takes_context=True)
def explore_next(context: TaskContext) -> None:
    """Answer the cells of the stored search whose turn it is."""
    work(context.task_result.worker_ids[-1], str(context.task_result.id))
